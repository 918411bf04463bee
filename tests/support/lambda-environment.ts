/** Settings that functions read when they are loaded: import this before any of them. */
process.env['POWERTOOLS_SERVICE_NAME'] = 'device-lifecycle';
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'DeviceLifecycle';
process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] ??= 'true';

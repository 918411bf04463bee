import * as z from 'zod';

/** A field that is there in the shape that it should have, or nothing: a strange record is still to be looked at. */
export const field = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);

export const textField = field(z.string());
export const numberField = field(z.number());
export const presenceField = field(z.object({ connected: z.boolean(), at: z.number() }));

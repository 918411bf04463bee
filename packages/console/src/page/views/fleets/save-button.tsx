import type { ComponentChildren } from 'preact';
import { download } from '../../api/download.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: { title: 'The file was not saved', close: 'Close' },
  ja: { title: 'ファイルを保存できませんでした', close: '閉じる' },
});

interface SaveButtonProps {
  /** Below `/api`. */
  readonly path: string;
  readonly fileName: string;
  readonly children: ComponentChildren;
}

/** Saves a file of the server's. */
export function SaveButton({ path, fileName, children }: SaveButtonProps) {
  const text = useMessages(messages);
  const action = useAction(() => download(path, fileName));
  return (
    <>
      <Button isBusy={action.isRunning} onClick={() => void action.run()}>
        {children}
      </Button>
      {action.problem !== undefined && (
        <Dialog title={text.title} onClose={action.reset}>
          <div class="form">
            <ProblemNote problem={action.problem} />
            <div class="dialog-buttons">
              <Button onClick={action.reset}>{text.close}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}

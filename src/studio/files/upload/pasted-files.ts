import type { UploadItem } from './upload-tree.ts';

/** What browsers call a picture that has no name, such as a screenshot. */
const NAMELESS = /^image\.(png|jpe?g|gif|webp|bmp)$/i;

/**
 * Files from the clipboard with the names that they get: pictures without one are called after the time.
 * @param now local time
 */
export function pastedItems(files: readonly File[], now: Date): UploadItem[] {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  let nameless = 0;
  return files.map((file) => {
    const ending = NAMELESS.exec(file.name)?.[1];
    if (ending === undefined) return { path: file.name, file };
    nameless += 1;
    const number = nameless === 1 ? '' : `-${nameless}`;
    return { path: `pasted-${day}-${time}${number}.${ending.toLowerCase()}`, file };
  });
}

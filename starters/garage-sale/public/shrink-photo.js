// Runs in the seller's browser. Phones take photos of many megabytes; the sale needs far less. So the photo is
// drawn smaller, and that is sent in its place.

/** The longer side afterwards, in pixels. */
const LONGEST = 1200;

const input = document.querySelector('input[type=file]');

input.addEventListener('change', async () => {
  const [file] = input.files;
  if (!file) return;
  try {
    const photo = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(photo.width, photo.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(photo.width * scale);
    canvas.height = Math.round(photo.height * scale);
    canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
    // A list of files can only be made this way.
    const list = new DataTransfer();
    list.items.add(new File([blob], 'photo.jpg', { type: 'image/jpeg' }));
    input.files = list.files;
  } catch {
    // No picture, or one of a kind that this browser cannot draw: the site itself says what is wrong.
  }
});

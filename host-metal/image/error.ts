/** A system that cannot be made into an image, and why: for the user. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}

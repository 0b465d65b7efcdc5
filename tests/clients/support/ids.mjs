/** The UUID that stands for a number. */
export const id = (number) => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;

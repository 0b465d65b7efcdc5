/** The UUID that stands for a number. Clients want one of a known version. */
export const id = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

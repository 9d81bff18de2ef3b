/** An error with the name and the code that the library's error of that name has. */
export function coded(name: string, message = `Cannot do it: ${name}`): Error {
  const code = `ERR_${name
    .replace(/Error$/, '')
    .replace(/(?<=[a-z])[A-Z]/g, '_$&')
    .toUpperCase()}`;
  const error = Object.assign(new Error(message), { code });
  error.name = name;
  return error;
}

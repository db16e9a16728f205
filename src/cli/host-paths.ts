/** A file of a folder of a host, in the way in which that host writes paths. */
export const inFolder = (folder: string, name: string): string => {
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${separator}${name}`;
};

/** Of the name of a machine, a name that every file system takes. */
export const fileName = (name: string): string => {
  const safe = name
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 64);
  return safe === '' ? 'machine' : safe;
};

using Basalt.Engine.Manifest;

namespace Basalt.Engine.Commit;

/// <summary>The boundary of a snapshot.</summary>
/// <param name="Sequence">Writes up to here are inside.</param>
/// <param name="Flushed">
/// Ends with the version whose segments hold exactly those writes; the receiver owns a reference.
/// </param>
/// <param name="Pause">How long the commit lock was held, and so writers with it.</param>
internal readonly record struct Cut(ulong Sequence, Task<LsmVersion> Flushed, TimeSpan Pause);

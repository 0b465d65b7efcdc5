using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>All that one or several revisions changed in a watched range; never a part of a revision.</summary>
/// <param name="LastRevision">The last of the revisions: the watch may be taken up again at the next.</param>
/// <param name="Events">The changes in order.</param>
internal sealed record WatchBatch(long LastRevision, ImmutableArray<WatchEvent> Events);

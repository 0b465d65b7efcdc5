using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>The members of etcd, one of which is asked until it fails.</summary>
internal sealed class EtcdEndpoints(ImmutableArray<Uri> endpoints)
{
    private int _current;

    /// <summary>How many there are.</summary>
    public int Count => endpoints.Length;

    /// <summary>The one to ask.</summary>
    public Uri Current => endpoints[Volatile.Read(ref _current)];

    /// <summary>Goes on to the next, unless another request has already gone on from the one that failed.</summary>
    public void MoveOn(Uri failed)
    {
        int current = Volatile.Read(ref _current);
        if (endpoints[current] == failed)
        {
            Interlocked.CompareExchange(ref _current, (current + 1) % endpoints.Length, current);
        }
    }
}

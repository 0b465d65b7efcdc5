using Basalt.Engine.Keys;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Decides, entry by entry in internal key order, which versions of a key somebody can still read. Open read snapshots divide
/// sequence numbers into stripes; the newest version in each stripe stays, whatever it hides goes.
/// </summary>
/// <param name="snapshots">Sequence numbers of open read snapshots, ascending.</param>
internal struct VersionRetention(ulong[] snapshots)
{
    private byte[] _key = new byte[256];
    private int _keyLength = -1;
    private int _keptStripe;

    /// <summary>Whether the entry must be kept, tombstones included.</summary>
    /// <param name="key">Its user key.</param>
    /// <param name="trailer">Its trailer.</param>
    /// <param name="newKey">Whether the user key differs from the one before.</param>
    public bool MustKeep(ReadOnlySpan<byte> key, ulong trailer, out bool newKey)
    {
        int stripe = StripeOf(InternalKey.SequenceOf(trailer));
        newKey = _keyLength != key.Length || !key.SequenceEqual(_key.AsSpan(0, _keyLength));
        if (newKey)
        {
            Remember(key);
        }
        else if (stripe == _keptStripe)
        {
            return false;
        }

        _keptStripe = stripe;
        return true;
    }

    /// <summary>
    /// Whether a kept tombstone may be dropped where nothing older lies below: every snapshot that could see past it is gone.
    /// </summary>
    public readonly bool IsTombstoneSpent(ulong trailer) =>
        InternalKey.KindOf(trailer) == ValueKind.Delete && StripeOf(InternalKey.SequenceOf(trailer)) == 0;

    /// <summary>Snapshots that are older than the sequence number; few are open at a time.</summary>
    private readonly int StripeOf(ulong sequence)
    {
        int stripe = 0;
        while (stripe < snapshots.Length && snapshots[stripe] < sequence)
        {
            stripe++;
        }

        return stripe;
    }

    private void Remember(ReadOnlySpan<byte> key)
    {
        if (key.Length > _key.Length)
        {
            _key = new byte[Math.Max(key.Length, 2 * _key.Length)];
        }

        key.CopyTo(_key);
        _keyLength = key.Length;
    }
}

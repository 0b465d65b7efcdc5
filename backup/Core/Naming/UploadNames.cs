using System.Diagnostics;

namespace Basalt.Backup.Naming;

/// <summary>
/// The upload ids of one attempt: its ULID and a counter. A name is thus known before the upload, tells which attempt made it, and
/// is never used twice: a collector that condemned a name can never hit later content. Thread-safe.
/// </summary>
internal sealed class UploadNames(string attemptUlid)
{
    private const int CounterDigits = 6;

    private long _last;

    public string AttemptUlid { get; } = attemptUlid;

    public string Next() => AttemptUlid + Ulid.Encode((UInt128)Interlocked.Increment(ref _last), CounterDigits);

    /// <summary>Whether an upload id is of this attempt; if so, it will not be given out again.</summary>
    public bool Claim(ReadOnlySpan<char> uploadId)
    {
        if (!uploadId.StartsWith(AttemptUlid) || !Ulid.TryDecode(uploadId[AttemptUlid.Length..], out UInt128 counter))
        {
            return false;
        }

        Debug.Assert(counter <= long.MaxValue, "A counter has six digits of five bits.");
        long seen = (long)counter;
        for (long last = Volatile.Read(ref _last); last < seen; last = Volatile.Read(ref _last))
        {
            Interlocked.CompareExchange(ref _last, seen, last);
        }

        return true;
    }
}

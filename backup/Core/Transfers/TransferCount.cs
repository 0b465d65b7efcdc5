namespace Basalt.Backup.Transfers;

/// <summary>Tells a caller how far a pass over objects has come. Thread-safe.</summary>
internal sealed class TransferCount(IProgress<TransferProgress>? progress, int objectsTotal, long bytesTotal)
{
    private int _objects;
    private long _bytes;

    /// <summary>An object is done.</summary>
    public void Add(long bytes)
    {
        int objects = Interlocked.Increment(ref _objects);
        long done = Interlocked.Add(ref _bytes, bytes);
        progress?.Report(new TransferProgress(objectsTotal, objects, bytesTotal, done));
    }
}

namespace Basalt.Engine.Compaction;

/// <summary>Something that works in the background when it is signalled. Disposing it stops it after the step in progress.</summary>
internal interface IBackgroundWorker : IDisposable
{
    /// <summary>Asks for a step. Cheap; signals add up to one.</summary>
    void Signal();
}

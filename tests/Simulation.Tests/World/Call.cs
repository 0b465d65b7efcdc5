namespace Basalt.Simulation.Tests.World;

/// <summary>One call.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Path">The file, directory, key or prefix.</param>
/// <param name="Place">Where in the life of the database that is; see <see cref="Places"/>.</param>
/// <param name="Size">Bytes, if they are always the same.</param>
internal readonly record struct Call(CallKind Kind, string Path, string Place, long Size = 0)
{
    public bool IsOfStore => Kind >= CallKind.Put;

    public bool IsChange => Kind is CallKind.Create or CallKind.Write or CallKind.Sync or CallKind.Rename or CallKind.Delete or CallKind.SyncDirectory
        or CallKind.RemoveDirectory or CallKind.Put or CallKind.DeleteObject;

    public bool Suits(Fault fault) => (!fault.IsInChange || IsChange) && fault.Kind switch
    {
        FaultKind.ReadError => Kind is CallKind.Read or CallKind.Open,
        FaultKind.WriteError => Kind is CallKind.Write or CallKind.Rename or CallKind.Delete or CallKind.SyncDirectory,
        FaultKind.SyncError => Kind is CallKind.Sync,
        FaultKind.NoSpace => Kind is CallKind.Write or CallKind.Create or CallKind.Reserve,
        FaultKind.StoreError => IsOfStore,
        FaultKind.LostAcknowledgement => Kind is CallKind.Put or CallKind.DeleteObject,
        FaultKind.GivenUp => Kind is CallKind.Put or CallKind.DeleteObject,
        FaultKind.Truncated => Kind is CallKind.Get,
        FaultKind.Beat => IsOfStore,
        _ => true,
    };
}

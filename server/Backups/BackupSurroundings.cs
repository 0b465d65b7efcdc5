using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>What the stores of all backends share.</summary>
/// <param name="Catalog">The classes.</param>
/// <param name="Restores">Where the states of restores are kept.</param>
/// <param name="CreateGate">Lets one backup be made at a time, wherever it goes.</param>
/// <param name="RestoreGate">Lets one restore run at a time, wherever it comes from.</param>
/// <param name="Metrics">Told of the end of operations.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">Told of the start and the end of operations.</param>
internal sealed record BackupSurroundings(
    ClassCatalog Catalog,
    RestoreHistory Restores,
    OperationGate CreateGate,
    OperationGate RestoreGate,
    BackupMetrics Metrics,
    TimeProvider Clock,
    ILogger Logger);

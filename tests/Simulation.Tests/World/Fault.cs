namespace Basalt.Simulation.Tests.World;

/// <summary>A fault that waits for its call.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="AtCall">The first call of the step, counted from 1, that it may happen in; of <paramref name="Place"/>, if that is given.</param>
/// <param name="AfterEffect">Whether the call still takes effect, for crashes.</param>
/// <param name="IsInChange">Whether only calls that change something count, for crashes: most others are reads.</param>
/// <param name="Place">The place to happen at; null: any.</param>
internal sealed record Fault(FaultKind Kind, int AtCall, bool AfterEffect = false, bool IsInChange = false, string? Place = null)
{
    public bool IsCrash => Kind is FaultKind.PowerLoss or FaultKind.Kill;
}

using Basalt.Server.Demo;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Tests.Demo;

/// <summary>Changes what was restored before it is checked.</summary>
internal sealed class TamperStep(LoggedWriteKind kind, Func<CityObject, CityObject> change) : IDemoStep
{
    public string Title => "Tamper";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        CityObject victim = await session.Client.ReadObjectsAsync(cancellationToken).FirstAsync(cancellationToken);
        CityObject changed = change(victim);
        await session.Client.WriteAsync(
            new LoggedWrite(kind, changed.Id, kind == LoggedWriteKind.Delete ? null : changed), cancellationToken);
        return $"{kind} of {changed.Id}";
    }
}

namespace Basalt.Server.Demo.Steps;

/// <summary>Deletes the class, and with it all objects, once the writer has stopped.</summary>
internal sealed class DeleteStep : IDemoStep
{
    public string Title => "Delete the class";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        await session.Writer.StopAsync();
        await session.Client.DeleteClassAsync(CityObject.ClassName, cancellationToken);
        return await session.Client.HasClassAsync(CityObject.ClassName, cancellationToken)
            ? throw new DemoFailureException("The class is still there after it was deleted.")
            : "all objects are gone";
    }
}

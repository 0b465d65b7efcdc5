using Basalt.Crash.Writer;

if (args is [LifeScenario.Name, string folder])
{
    using Report steps = new(Console.OpenStandardOutput());
    await new LifeScenario(folder, steps).RunAsync();
    return 0;
}

using Report report = new(Console.OpenStandardOutput());
using WriterProcess process = new(WriterArguments.Parse(args), report);
return await process.RunAsync();

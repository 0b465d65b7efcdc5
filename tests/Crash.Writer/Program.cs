using Basalt.Crash.Writer;

using Report report = new(Console.OpenStandardOutput());
using WriterProcess process = new(WriterArguments.Parse(args), report);
return await process.RunAsync();

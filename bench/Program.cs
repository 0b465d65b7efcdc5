using System.CommandLine;
using Basalt.Bench;
using Basalt.Bench.Soak;
using Basalt.Bench.Stress;

RootCommand root = new("Measures Basalt beside RocksDB and SQLite, and tortures a server.")
{
    CompareCommand.Create(), MicroCommand.Create(), HoldCommand.Create(),
    StressCommand.Create(), StressCommand.CreateClient(), SoakCommand.Create(), SoakCommand.CreateMany(),
};
return root.Parse(args).Invoke();

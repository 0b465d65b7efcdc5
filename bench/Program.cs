using System.CommandLine;
using Basalt.Bench;

RootCommand root = new("Measures Basalt beside RocksDB and SQLite.") { CompareCommand.Create(), MicroCommand.Create(), HoldCommand.Create() };
return root.Parse(args).Invoke();

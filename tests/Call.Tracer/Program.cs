using System.Globalization;
using Basalt.Call.Tracer;

// calls with commas between, number of the call that is fatal (0: none), file for the count, program and its arguments
int[] calls = [.. args[0].Split(',').Select(name => SystemCall.NumberOf(name))];
using CountFile count = new(args[2]);
CallTracer tracer = new(calls, long.Parse(args[1], CultureInfo.InvariantCulture), count);
return tracer.Run(args[3..]);

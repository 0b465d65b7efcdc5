using Basalt.Call.Tracer;

namespace Basalt.Crash.Tests;

/// <summary>Skips where calls of the system cannot be traced: on other systems and processors.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TracerTheoryAttribute : TheoryAttribute
{
    public TracerTheoryAttribute()
    {
        if (!SystemCall.IsSupported)
        {
            Skip = "Calls are traced on Linux on x64 only.";
        }
    }
}

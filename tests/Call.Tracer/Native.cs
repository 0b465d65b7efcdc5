using System.Runtime.InteropServices;

namespace Basalt.Call.Tracer;

/// <summary>What the C library offers to trace a process.</summary>
internal static unsafe partial class Native
{
    public const int Seize = 0x4206;
    public const int Interrupt = 0x4207;
    public const int ContinueToCall = 24;
    public const int GetCallInfo = 0x420E;

    /// <summary>Calls are told apart from signals; new threads and processes are traced; all of them die with the tracer.</summary>
    public const int Options = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100000;

    public const int WaitForAll = 0x40000000;
    public const int Kill = 9;
    public const int Trap = 5;
    public const int Stop = 19;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial nint Trace(int request, int process, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int Spawn(out int process, byte* file, void* actions, void* attributes, byte** arguments, byte** environment);
}

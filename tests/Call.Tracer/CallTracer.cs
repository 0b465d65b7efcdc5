using System.Collections;
using System.Runtime.InteropServices;

namespace Basalt.Call.Tracer;

/// <summary>
/// Runs a program and kills it (SIGKILL) in front of the n-th of some calls, counted over all of its threads. strace counts in each thread by itself,
/// so that most calls of a program with a thread pool cannot be met.
/// </summary>
/// <param name="calls">Numbers of the calls.</param>
/// <param name="fatal">Which of them is not carried out any more; 0 for none.</param>
/// <param name="count">Takes the number of calls so far.</param>
public sealed unsafe class CallTracer(int[] calls, long fatal, CountFile count)
{
    /// <summary>128 and the number of SIGKILL, as shells count.</summary>
    public const int KilledBySignal = 137;

    private const int CallInfoBytes = 128;
    private const int EntryOfCall = 1;
    private const int OffsetOfNumber = 24;

    private long _count;
    private bool _isKilled;

    /// <summary>Runs it to its end. Everything is done by the calling thread, as the system wants it.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>Its exit code, as shells tell it.</returns>
    public int Run(string[] command)
    {
        // The shell waits until it is traced, and becomes the program then.
        int process = Spawn(["sh", "-c", "kill -STOP $$; exec \"$@\"", "sh", .. command]);
        Require(Native.Trace(Native.Seize, process, 0, Native.Options), "seize");
        Native.Trace(Native.Interrupt, process, 0, 0);
        while (true)
        {
            int thread = Native.Wait(-1, out int status, Native.WaitForAll);
            if (thread < 0)
            {
                if (Marshal.GetLastPInvokeError() == Native.Interrupted)
                {
                    continue;
                }

                throw new InvalidOperationException($"waitpid failed: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            bool isStopped = (status & 0xFF) == 0x7F;
            if (isStopped)
            {
                Resume(process, thread, (status >> 8) & 0xFF, status >> 16);
            }
            else if (thread == process)
            {
                return (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
            }
        }
    }

    private static void Require(nint result, string what)
    {
        if (result < 0)
        {
            throw new InvalidOperationException($"ptrace could not {what}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static int Spawn(string[] command)
    {
        IEnumerable<string> variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(each => $"{each.Key}={each.Value}");
        byte** arguments = Strings(command);
        int error = Native.Spawn(out int process, arguments[0], null, null, arguments, Strings([.. variables]));
        return error == 0 ? process : throw new InvalidOperationException($"{command[0]} cannot be run: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>An array for the C library; it lives as long as this process.</summary>
    private static byte** Strings(string[] strings)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Length; i++)
        {
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return array;
    }

    private void Resume(int process, int thread, int signal, int traceEvent)
    {
        bool isCall = signal == (Native.Trap | 0x80);
        if (isCall && IsCounted(thread))
        {
            count.Write(++_count);
            if (_count == fatal)
            {
                _isKilled = true;
                Native.Signal(process, Native.Kill);
            }
        }

        if (!_isKilled)
        {
            // Stops of the tracer's own making are no signals of the program.
            bool isOwn = isCall || traceEvent != 0 || signal == Native.Stop;
            Native.Trace(Native.ContinueToCall, thread, 0, isOwn ? 0 : signal);
        }
    }

    private bool IsCounted(int thread)
    {
        byte* info = stackalloc byte[CallInfoBytes];
        return Native.Trace(Native.GetCallInfo, thread, CallInfoBytes, (nint)info) > 0
            && *info == EntryOfCall
            && Array.IndexOf(calls, (int)*(long*)(info + OffsetOfNumber)) >= 0;
    }
}

using System.Diagnostics;
using System.Text;

namespace Basalt.Backup.Tests.Support;

/// <summary>Servers of others that tests start; see <c>tests/emulators</c>.</summary>
public static class Emulator
{
    // xunit takes an exception whose message begins like this for a skipped test.
    private const string SkipMark = "$XunitDynamicSkip$";

    /// <summary>A file below <c>tests/emulators</c>.</summary>
    public static string PathOf(string name)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Engine.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("No Engine.sln above the tests."), "tests", "emulators", name);
    }

    /// <summary>Skips the test where a tool is not installed, but never in continuous integration.</summary>
    public static void RequireTool(string name, string origin)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin"];
        Require(folders.Any(folder => File.Exists(Path.Combine(folder, name))), $"{name} is not installed ({origin}).");
    }

    /// <summary>As <see cref="RequireTool"/> for anything else that a test needs.</summary>
    public static void Require(bool isThere, string message)
    {
        if (!isThere)
        {
            throw new InvalidOperationException(Environment.GetEnvironmentVariable("CI") == "true" ? message : SkipMark + message);
        }
    }

    /// <summary>
    /// Skips the test where it does not run as root, in continuous integration too, where nothing could be installed to help it. What root lacks is a matter of
    /// <see cref="Require"/>.
    /// </summary>
    public static void RequireRoot(string what)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException($"{SkipMark}{what} needs root.");
        }
    }

    /// <summary>Starts a program and waits for a line of its output that begins in a certain way.</summary>
    public static async Task<(Process Process, string Line)> StartAsync(
        string program, IEnumerable<string> arguments, string beginning, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new StringBuilder();
        var process = new Process { StartInfo = start };
        void Hear(string? line, bool isEnd)
        {
            lock (output)
            {
                output.AppendLine(line);
            }

            if (line?.StartsWith(beginning, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult(line);
            }
            else if (isEnd)
            {
                ready.TrySetException(new InvalidOperationException($"{program} ended before it was ready: {output}"));
            }
        }

        process.OutputDataReceived += (_, line) => Hear(line.Data, line.Data is null);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, isEnd: false);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return (process, await ready.Task.WaitAsync(patience));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }
}

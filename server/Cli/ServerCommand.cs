using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Configuration;
using Basalt.Server.Hosting;

namespace Basalt.Server.Cli;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServerCommand
{
    private const int Success = 0;
    private const int StartFailed = 1;
    private const int UsageError = 2;

    /// <summary>Runs the server with the process's environment.</summary>
    /// <returns>0 after a clean stop, 1 when it could not start, 2 when the command line is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        CommandLine commandLine;
        try
        {
            commandLine = CommandLine.Parse(args);
        }
        catch (CommandLineException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return UsageError;
        }

        if (commandLine.ShowHelp || commandLine.ShowVersion)
        {
            await Console.Out.WriteLineAsync(commandLine.ShowHelp ? CommandLine.Help : ServerVersion.Description);
            return Success;
        }

        return await ServeAsync(commandLine);
    }

    private static async Task<int> ServeAsync(CommandLine commandLine)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        ServerHost host;
        try
        {
            ServerSettings settings = SettingsReader.Read(SettingsReader.ProcessVariables(), commandLine.Urls);
            host = await ServerHost.StartAsync(settings);
        }
        catch (Exception exception) when (exception is SettingsException or ClusterException or DatabaseException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            // These carry what to do about them in their message; anything else is a fault of the server and ends with its stack.
            await Console.Error.WriteLineAsync($"The server cannot start: {exception.Message}");
            return StartFailed;
        }

        await using (host)
        {
            await Task.WhenAny(stop.Task, host.Stopped);
        }

        return Success;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
}

using System.Diagnostics;

namespace Basalt.Backup.Tests.Support;

/// <summary>
/// A real S3 server: the one that <c>BASALT_TEST_S3</c> names, or one that is started for this process and ends with it.
/// </summary>
public sealed class RadosGateway
{
    /// <summary>Holds the line that the emulator's script prints when it is ready.</summary>
    private const string Variable = "BASALT_TEST_S3";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly Lazy<Task<RadosGateway>> Started = new(StartAsync);

    private RadosGateway(string ready)
    {
        string[] words = ready.Split(' ');
        Endpoint = new Uri(words[1]).Authority;
        Bucket = words[2];
        AccessKey = words[3];
        SecretKey = words[4];
    }

    /// <summary>The server; starting it takes some seconds.</summary>
    public static Task<RadosGateway> SharedAsync => Started.Value;

    /// <summary>Host and port; it speaks HTTP.</summary>
    public string Endpoint { get; }

    /// <summary>A bucket that exists.</summary>
    public string Bucket { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    private static async Task<RadosGateway> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ready)
        {
            return new RadosGateway(ready);
        }

        Emulator.RequireTool("radosgw", "Debian packages radosgw ceph-mon ceph-osd ceph-common ceph-base");
        (Process process, string line) = await Emulator.StartAsync(Emulator.PathOf("radosgw"), [], "ready ", Patience);

        // Also keeps the process object, and with it the script's input, until then.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.StandardInput.Close();
        return new RadosGateway(line);
    }
}

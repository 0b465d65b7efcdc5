using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Hosting;

/// <summary>Says at the start what an operator may not have meant to leave open.</summary>
internal static class StartWarnings
{
    /// <summary>Looks at the addresses that are really listened on: Kestrel's own settings may have put them elsewhere.</summary>
    /// <param name="logger">Takes the warnings.</param>
    /// <param name="settings">Says who may do what.</param>
    /// <param name="rest">The addresses of REST.</param>
    /// <param name="grpc">The addresses of gRPC; none when it is off.</param>
    public static void Write(ILogger logger, ServerSettings settings, IEnumerable<string> rest, IEnumerable<string> grpc)
    {
        if (settings.Access.IsOpen)
        {
            foreach (string address in rest.Concat(grpc).Where(address => !ListenUrl.IsLoopback(address)))
            {
                ServerLog.OpenToTheNetwork(logger, address);
            }
        }

        if (rest.All(ListenUrl.IsSecure) && grpc.FirstOrDefault(address => !ListenUrl.IsSecure(address)) is { } clear)
        {
            ServerLog.ClearTextBesideTls(logger, clear);
        }
    }
}

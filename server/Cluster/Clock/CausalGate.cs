using Basalt.Server.Api;

namespace Basalt.Server.Cluster.Clock;

/// <summary>
/// Takes the clock of a request in, and gives this node's out with the answer. A client that sends back what it was given last is, in every backup, never
/// ahead of what it had seen.
/// </summary>
internal static class CausalGate
{
    /// <summary>The header, both ways.</summary>
    public const string Header = "X-Basalt-Clock";

    /// <summary>Lets a request in when no cut has to be made before it.</summary>
    /// <exception cref="RequestException">400: its clock cannot be right.</exception>
    public static async ValueTask EnterAsync(HttpContext context, CausalClock clock)
    {
        HybridTime? seen = null;
        if (context.Request.Headers.TryGetValue(Header, out Microsoft.Extensions.Primitives.StringValues given))
        {
            seen = HybridTime.TryParse(given, out HybridTime time)
                ? time
                : throw RequestException.Framework(StatusCodes.Status400BadRequest, $"{Header} takes 16 hexadecimal digits, as the last answer had them");
        }

        if (!await clock.EnterAsync(seen, context.RequestAborted))
        {
            throw RequestException.Framework(
                StatusCodes.Status400BadRequest,
                $"{Header} is ahead of this node's clock by more than {CausalClock.MostAhead.TotalSeconds} s; check the clocks of the machines");
        }

        // Read when the answer begins, which is after the writes of the request: their commit comes before what it says.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = clock.Now().ToString();
            return Task.CompletedTask;
        });
    }

    /// <summary>Sends this node's clock along with a request to another.</summary>
    public static void Stamp(HttpRequestMessage request, CausalClock? clock)
    {
        if (clock is not null)
        {
            request.Headers.Add(Header, clock.Now().ToString());
        }
    }

    /// <summary>
    /// Takes in the clock of another node's answer: who is answered by this node then has seen what that node has done. Waits while this node has to make a cut first.
    /// </summary>
    public static async ValueTask ObserveAsync(HttpResponseMessage response, CausalClock? clock, CancellationToken cancellationToken)
    {
        if (clock is not null && response.Headers.TryGetValues(Header, out IEnumerable<string>? given) && HybridTime.TryParse(given.First(), out HybridTime seen)
            && !await clock.EnterAsync(seen, cancellationToken))
        {
            throw new HttpRequestException($"its clock is ahead of this node's by more than {CausalClock.MostAhead.TotalSeconds} s; check the clocks of the machines");
        }
    }
}

using System.Globalization;
using Basalt.Server.Api;
using Basalt.Server.Configuration;

namespace Basalt.Server.Search;

/// <summary>How far into a listing pages reach.</summary>
internal static class PageLimit
{
    /// <summary>Checks that a page does not reach too far.</summary>
    /// <exception cref="RequestException">It does.</exception>
    public static void Check(ServerSettings settings, long offset, long limit)
    {
        // Not as a sum, which could overflow.
        if (offset > settings.QueryMaximumResults - limit)
        {
            throw RequestException.Unprocessable(string.Create(
                CultureInfo.InvariantCulture,
                $"query maximum results exceeded: offset {offset} and limit {limit} are more than QUERY_MAXIMUM_RESULTS ({settings.QueryMaximumResults}); use the cursor 'after'"));
        }
    }
}

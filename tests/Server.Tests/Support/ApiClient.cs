using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;

namespace Basalt.Server.Tests.Support;

/// <summary>Sends requests as clients do and gives every answer back, errors too.</summary>
internal sealed class ApiClient : IDisposable
{
    // Redirects are answers to be looked at. Whom certificates convince is for tests that look at them.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, errors) => errors != SslPolicyErrors.RemoteCertificateNotAvailable },
    });

    /// <param name="address">The server.</param>
    /// <param name="authorization">Sent with every request; null for none.</param>
    public ApiClient(Uri address, AuthenticationHeaderValue? authorization = null)
    {
        Address = address;
        _http.BaseAddress = address;
        _http.DefaultRequestHeaders.Authorization = authorization;
    }

    /// <summary>Where the server is.</summary>
    public Uri Address { get; }

    public Task<ApiResponse> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiResponse> HeadAsync(string path) => SendAsync(HttpMethod.Head, path);

    public Task<ApiResponse> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public Task<ApiResponse> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<ApiResponse> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<ApiResponse> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<ApiResponse> DeleteAsync(string path, string json) => SendAsync(HttpMethod.Delete, path, json);

    public Task<ApiResponse> SendAsync(HttpMethod method, string path, string json) => SendAsync(method, path, Json(Encoding.UTF8.GetBytes(json)));

    public async Task<ApiResponse> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using HttpResponseMessage response = await _http.SendAsync(request);
        return new ApiResponse(
            response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A body that claims to be JSON, whatever its bytes are.</summary>
    public static HttpContent Json(byte[] body) =>
        new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public void Dispose() => _http.Dispose();
}

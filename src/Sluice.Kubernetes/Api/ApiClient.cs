using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Sluice.Kubernetes.Api.Connection;
using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api;

/// <summary>
/// Asks an API server over HTTP/2, or over HTTP/1.1 where it offers no other: as JSON, lists compressed. Renewed certificates, authorities
/// and tokens are used from the next request on. Safe from any thread.
/// </summary>
internal sealed class ApiClient(ApiConnection connection, TimeProvider time, IExecCredentialRunner? plugins) : IApiReader, IDisposable
{
    // From the request to the first byte of the answer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromMinutes(2);

    private static readonly ProductInfoHeaderValue s_agent = new("sluice", typeof(ApiClient).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly Authenticator _authenticator = new(connection, time, plugins);
    private readonly Lock _gate = new();
    private Transport? _transport;

    /// <inheritdoc/>
    public string Name { get; } = connection.Name;

    /// <inheritdoc/>
    public async Task<ApiAnswer> GetAsync(string pathAndQuery, CancellationToken cancellationToken)
    {
        var response = await AskAsync(HttpMethod.Get, pathAndQuery, body: null, cancellationToken).ConfigureAwait(false);
        return new ApiAnswer(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Creates an object.</summary>
    /// <param name="path">The path of its collection.</param>
    /// <param name="body">The object in JSON.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiFault">The server cannot be reached, or says no.</exception>
    public async Task PostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport?.Dispose();
        _authenticator.Dispose();
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var uri = new Uri(Name + pathAndQuery);
        for (var isRefused = false; ; isRefused = true)
        {
            using var request = new HttpRequestMessage(method, uri);
            if (body is { } content)
            {
                request.Content = new ReadOnlyMemoryContent(content);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            var response = await SendAsync(request, isRefused, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted)
            {
                return response;
            }

            using (response)
            {
                if (isRefused || response.StatusCode != HttpStatusCode.Unauthorized)
                {
                    throw await ReadFaultAsync(response, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isRefused, CancellationToken cancellationToken)
    {
        var identity = await _authenticator.GetAsync(isRefused, cancellationToken).ConfigureAwait(false);
        var transport = TransportFor(identity.Pair, isRefused);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(s_agent);
        request.Headers.Authorization = identity.Authorization;

        // The framework takes the name for TLS from here, whatever its options say.
        request.Headers.Host = connection.TlsServerName;
        using var limit = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await transport.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiFault(ApiFaultKind.Unreachable, string.Create(CultureInfo.InvariantCulture, $"it does not answer within {s_patience.TotalSeconds:0} s"));
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException inner)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"it cannot be reached: TLS: {Shown.Complaint((inner.InnerException ?? inner).Message)}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            // The framework's outermost message says only that something went wrong.
            throw new ApiFault(ApiFaultKind.Unreachable, $"it cannot be reached: {Shown.Complaint((e.InnerException ?? e).Message)}", e);
        }
    }

    // Files that changed count for new connections; old ones end with what runs on them.
    private Transport TransportFor(KeyPair? pair, bool isRefused)
    {
        lock (_gate)
        {
            if (_transport is null || !_transport.IsCurrent(pair) || (isRefused && pair is not null))
            {
                var fresh = new Transport(connection, pair);
                _transport?.Dispose();
                _transport = fresh;
            }

            return _transport;
        }
    }

    private async Task<ApiFault> ReadFaultAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[16 << 10];
        var count = 0;
        using var limit = new CancellationTokenSource(ApiFeed.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            count = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            // The code of the answer is what counts; the sentence would have been nice.
            cancellationToken.ThrowIfCancellationRequested();
        }

        var status = ServerStatus.Read(body.AsSpan(0, count)) with { Code = (int)response.StatusCode };
        return (status.Reason.Length > 0 ? status : status with { Reason = response.ReasonPhrase ?? "" }).ToFault(RetryAfterOf(response));
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wanted = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wanted is { } longer && longer > s_longestRetryAfter ? s_longestRetryAfter : wanted;
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Sluice.Daemon.Serving;

/// <summary>What Kestrel calls for each request: asks the site of the port that the request came to, and sends its answer.</summary>
/// <param name="log">Where to tell when a site fails.</param>
internal sealed class HttpApplication(EventLog log) : IHttpApplication<IFeatureCollection>
{
    /// <inheritdoc/>
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    /// <inheritdoc/>
    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var reply = Answer(context.GetRequiredFeature<HttpPort>(), new HttpQuery(request.Path, request.Headers.Accept.ToString()));
        response.StatusCode = reply.Status;
        response.Headers.ContentType = reply.ContentType;
        response.Headers.ContentLength = reply.Body.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        if (reply.EndpointWeight is { } weight)
        {
            response.Headers["X-Load-Balancing-Endpoint-Weight"] = weight.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(reply.Body);
    }

    private HttpReply Answer(HttpPort port, HttpQuery query)
    {
        try
        {
            return port.Site(query);
        }
#pragma warning disable CA1031 // One request that cannot be answered must not end the server.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Error("a request could not be answered", ("path", query.Path), ("problem", $"{e.GetType().Name}: {e.Message}"));
            return HttpReply.Text(HttpReply.Failed, "this could not be answered; the log says why\n");
        }
    }
}

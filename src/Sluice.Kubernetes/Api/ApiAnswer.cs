namespace Sluice.Kubernetes.Api;

/// <summary>An answer of an API server whose body is still to be read.</summary>
/// <param name="response">Whose body it is.</param>
/// <param name="body">The body.</param>
internal sealed class ApiAnswer(IDisposable response, Stream body) : IDisposable
{
    /// <summary>The body.</summary>
    public Stream Body => body;

    /// <inheritdoc/>
    public void Dispose()
    {
        body.Dispose();
        response.Dispose();
    }
}

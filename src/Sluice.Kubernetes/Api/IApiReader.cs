namespace Sluice.Kubernetes.Api;

/// <summary>Asks an API server.</summary>
internal interface IApiReader
{
    /// <summary>What to call it in messages: its address.</summary>
    public string Name { get; }

    /// <summary>Gets something as JSON; the body arrives while it is read.</summary>
    /// <param name="pathAndQuery">What to get.</param>
    /// <param name="cancellationToken">Ends the waiting for the answer's beginning.</param>
    /// <exception cref="ApiFault">There is no answer, or one that says no.</exception>
    public Task<ApiAnswer> GetAsync(string pathAndQuery, CancellationToken cancellationToken);
}

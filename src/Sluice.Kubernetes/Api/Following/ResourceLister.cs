using System.Globalization;
using System.Runtime.CompilerServices;
using Sluice.Kubernetes.Api.Reading;

namespace Sluice.Kubernetes.Api.Following;

/// <summary>
/// Lists a resource in pages. Every list asks for the latest state, not for whatever a server's cache holds: after a change of servers it
/// would else go back in time.
/// </summary>
internal sealed class ResourceLister(ApiResource resource, IApiReader client, TimeProvider time)
{
    /// <summary>How many objects are asked for at once, as kubectl does.</summary>
    public const int PageSize = 500;

    // A server that counts its pages up for ever.
    private const int MaxPages = 100_000;

    /// <summary>The pages in order, all of one version.</summary>
    /// <param name="objects">Reads their objects.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiFault">The list broke off; of an expired one the beginning is worth nothing.</exception>
    public async IAsyncEnumerable<ListPage> ListAsync(ObjectReader objects, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"limit={PageSize}");
        ListPage? before = null;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var query = before is null ? limit : $"{limit}&continue={Uri.EscapeDataString(before.Continue)}";
            var page = await ReadAsync(query, objects, cancellationToken).ConfigureAwait(false);
            if (before is not null && page.Version != before.Version)
            {
                throw new ApiFault(ApiFaultKind.Expired, $"the pages of its list are of versions {before.Version} and {page.Version}");
            }

            yield return page;
            if (page.Continue.Length == 0)
            {
                yield break;
            }

            before = page;
        }

        throw new ApiFault(ApiFaultKind.Failed, $"its list has more than {MaxPages} pages");
    }

    private async Task<ListPage> ReadAsync(string query, ObjectReader objects, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(resource.With(query), cancellationToken).ConfigureAwait(false);
        using var feed = new ApiFeed(answer.Body, time);
        return await new ListReader(feed, objects, resource.ListKind).ReadAsync(cancellationToken).ConfigureAwait(false);
    }
}

using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>What Kubernetes wants a node to do with the first packet of a connection.</summary>
public abstract record RouteAnswer
{
    private RouteAnswer()
    {
    }

    /// <summary>No Service has this address, protocol and port here: the node treats it as any other packet.</summary>
    public sealed record NotAService : RouteAnswer;

    /// <summary>It asks the node for the health of a Service: the node itself must get it.</summary>
    /// <param name="Service">Whose health.</param>
    public sealed record HealthCheck(ServicePortName Service) : RouteAnswer;

    /// <summary>It goes to one of the endpoints.</summary>
    /// <param name="Service">Whose.</param>
    /// <param name="Choices">
    /// Each with the probability <see cref="RouteChoice.Weight"/> / <see cref="TotalWeight"/>. With session affinity that is so for a client not remembered; one that is remembered goes to the
    /// endpoint it had last, as long as that is among the choices.
    /// </param>
    /// <param name="AffinitySeconds">How long the client is remembered; null without session affinity.</param>
    public sealed record Forwarded(ServicePortName Service, EquatableArray<RouteChoice> Choices, int? AffinitySeconds) : RouteAnswer
    {
        /// <summary>The weights of all choices together.</summary>
        public int TotalWeight
        {
            get
            {
                var total = 0;
                foreach (var choice in Choices)
                {
                    total += choice.Weight;
                }

                return total;
            }
        }
    }

    /// <summary>It is refused at once (ICMP port unreachable): the Service has no endpoints.</summary>
    /// <param name="Service">Whose.</param>
    public sealed record Refused(ServicePortName Service) : RouteAnswer;

    /// <summary>It vanishes: another node may serve it, or the sender is not allowed.</summary>
    /// <param name="Service">Whose.</param>
    /// <param name="Reason">Which of the two.</param>
    public sealed record Dropped(ServicePortName Service, DropReason Reason) : RouteAnswer;
}

using Sluice.Kubernetes.Configuration;

namespace Sluice.Daemon;

/// <summary>A configuration file that is followed while the proxy runs.</summary>
/// <param name="Watch">The file, read once already.</param>
/// <param name="Make">What the proxy is to do by a file; throws <see cref="CommandFailure"/> for what cannot be done.</param>
internal sealed record ConfigurationReload(ConfigurationWatch Watch, Func<ConfigurationFile, ProxySettings> Make);

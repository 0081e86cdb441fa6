namespace Sluice.Dataplane.Chains;

/// <summary>Knows chains by their names.</summary>
public static class ChainOwners
{
    // A trailing * stands for any ending; the first entry that fits counts, so longer names stand before shorter ones.
    private static readonly (string Pattern, string Owner, string Purpose)[] s_all =
    [
        ("PREROUTING", "kernel", "Sees every packet as it arrives, before routing."),
        ("INPUT", "kernel", "Sees packets for this node's own sockets."),
        ("FORWARD", "kernel", "Sees packets that pass through this node."),
        ("OUTPUT", "kernel", "Sees packets that this node's own programs send."),
        ("POSTROUTING", "kernel", "Sees every packet just before it leaves."),

        ("KUBE-SERVICES", "kube-proxy", "Finds the Service by destination address and port: one rule per address, tried in order."),
        ("KUBE-NODEPORTS", "kube-proxy", "Finds the Service by node port; in the filter table it lets health checks of load balancers in."),
        ("KUBE-EXTERNAL-SERVICES", "kube-proxy", "Refuses packets to external addresses and node ports of Services without endpoints."),
        ("KUBE-SVC-SLUICE", "sluice", "Empty: tells Sluice's rules from those of kube-proxy, which removes it."),
        ("KUBE-SVC-*", "kube-proxy", "Chooses one of all endpoints of a Service at random."),
        ("KUBE-SVL-*", "kube-proxy", "Chooses one of a Service's endpoints on this node at random (traffic policy Local)."),
        ("KUBE-XLB-*", "kube-proxy", "Chooses one of a Service's endpoints on this node for external traffic (before Kubernetes 1.24)."),
        ("KUBE-EXT-*", "kube-proxy", "Handles external traffic to a Service: masquerades it, or keeps it on this node."),
        ("KUBE-FW-*", "kube-proxy", "Lets only the allowed sources reach a load balancer's address (loadBalancerSourceRanges)."),
        ("KUBE-SEP-*", "kube-proxy", "Translates the destination to one endpoint, and marks an endpoint's packets to itself for masquerading."),
        ("KUBE-MARK-MASQ", "kube-proxy", "Marks packets (0x4000) whose source becomes an address of this node when they leave."),
        ("KUBE-MARK-DROP", "kubelet", "Marks packets (0x8000) that KUBE-FIREWALL drops."),
        ("KUBE-POSTROUTING", "kube-proxy", "Masquerades the packets that carry the mark 0x4000."),
        ("KUBE-FORWARD", "kube-proxy", "Lets Service traffic and its replies through, and drops packets of no valid connection."),
        ("KUBE-PROXY-FIREWALL", "kube-proxy", "Drops packets to load balancer addresses from sources that are not allowed."),
        ("KUBE-PROXY-CANARY", "kube-proxy", "Empty: when it is gone, somebody flushed the rules and kube-proxy writes them anew."),
        ("KUBE-PORTALS-*", "kube-proxy", "Redirects Service addresses to kube-proxy itself (userspace mode, before Kubernetes 1.26)."),
        ("KUBE-NODEPORT-*", "kube-proxy", "Redirects node ports: of the userspace mode, or to the sets of the IPVS mode."),
        ("KUBE-NODE-PORT*", "kube-proxy", "Handles node ports with sets of ports (IPVS mode)."),
        ("KUBE-LOAD-BALANCER", "kube-proxy", "Marks load balancer traffic for masquerading (IPVS mode)."),
        ("KUBE-SOURCE-RANGES-FIREWALL", "kube-proxy", "Drops load balancer traffic from sources that are not allowed (IPVS mode)."),
        ("KUBE-IPVS-*", "kube-proxy", "Filters packets to addresses of the IPVS interface."),
        ("KUBE-FIREWALL", "kubelet", "Drops packets with the mark 0x8000, and packets to loopback addresses from elsewhere."),
        ("KUBE-KUBELET-CANARY", "kubelet", "Empty: when it is gone, somebody flushed the rules and kubelet writes them anew."),
        ("KUBE-IPTABLES-HINT", "kubelet", "Empty: tells other programs which kind of iptables this node uses."),
        ("KUBE-NWPLCY-*", "kube-router", "Applies one network policy."),
        ("KUBE-POD-FW-*", "kube-router", "Applies all network policies of one pod."),
        ("KUBE-ROUTER-*", "kube-router", "Sends traffic of pods and Services through kube-router's policies."),
        ("SLUICE-*", "sluice", "Belongs to this program."),

        ("DOCKER-USER", "Docker", "Empty for the administrator's own rules, before Docker's."),
        ("DOCKER-ISOLATION-STAGE-*", "Docker", "Keeps Docker's networks apart."),
        ("DOCKER-INGRESS", "Docker", "Publishes ports of Swarm services."),
        ("DOCKER-BRIDGE", "Docker", "Sends traffic to each bridge's rules."),
        ("DOCKER-FORWARD", "Docker", "Sends forwarded traffic through Docker's rules."),
        ("DOCKER-CT", "Docker", "Lets packets of known connections through to containers."),
        ("DOCKER_OUTPUT", "Docker", "Redirects DNS queries to Docker's embedded server."),
        ("DOCKER_POSTROUTING", "Docker", "Restores the port of answers from Docker's embedded DNS server."),
        ("DOCKER*", "Docker", "Publishes containers' ports and lets their traffic through."),
        ("FLANNEL-POSTRTG", "flannel", "Masquerades what pods send outside the pod network."),
        ("FLANNEL-FWD", "flannel", "Lets traffic from and to pods through."),
        ("FLANNEL-*", "flannel", "Belongs to the pod network."),
        ("CNI-HOSTPORT-DNAT", "CNI portmap", "Finds the pod behind a host port."),
        ("CNI-HOSTPORT-MASQ", "CNI portmap", "Masquerades host port traffic that needs it."),
        ("CNI-HOSTPORT-SETMARK", "CNI portmap", "Marks host port traffic that must be masqueraded."),
        ("CNI-HOSTPORT-*", "CNI portmap", "Handles host ports of pods."),
        ("CNI-DN-*", "CNI portmap", "Translates one pod's host ports to the pod."),
        ("CNI-SN-*", "CNI portmap", "Masquerades one pod's host port traffic."),
        ("CNI-FORWARD", "CNI firewall", "Lets traffic of pods through."),
        ("CNI-ADMIN", "CNI firewall", "Empty for the administrator's own rules, before those for pods."),
        ("CNI-ISOLATION-*", "CNI firewall", "Keeps pod networks apart."),
        ("CNI-*", "CNI bridge", "Masquerades what one pod sends outside its network."),
        ("cali-fw-*", "Calico", "Policies for what one pod sends."),
        ("cali-tw-*", "Calico", "Policies for what one pod receives."),
        ("cali-pi-*", "Calico", "One policy for incoming traffic."),
        ("cali-po-*", "Calico", "One policy for outgoing traffic."),
        ("cali-pri-*", "Calico", "One profile for incoming traffic."),
        ("cali-pro-*", "Calico", "One profile for outgoing traffic."),
        ("cali-fh-*", "Calico", "Policies for what arrives from one host endpoint."),
        ("cali-th-*", "Calico", "Policies for what leaves to one host endpoint."),
        ("cali-nat-outgoing", "Calico", "Masquerades what pods send outside the pod network."),
        ("cali-fip-*", "Calico", "Translates floating addresses."),
        ("cali-*", "Calico", "Applies network policies and address translation for pods."),
        ("felix-*", "Calico", "Applies network policies (Calico 1 and 2)."),
        ("CILIUM_*", "Cilium", "Handles what Cilium does not do in eBPF: masquerading, marks, the proxy."),
        ("OLD_CILIUM_*", "Cilium", "Left over from an upgrade of Cilium."),
        ("ANTREA-*", "Antrea", "Masquerading and marks for pods."),
        ("OVN-KUBE-*", "OVN-Kubernetes", "Translates node ports and external addresses, and masquerades egress traffic."),
        ("OPENSHIFT-*", "OpenShift SDN", "Masquerading and admission of pod traffic."),
        ("WEAVE-NPC*", "Weave Net", "Applies network policies."),
        ("WEAVE*", "Weave Net", "Masquerading and admission of pod traffic."),
        ("IP-MASQ*", "ip-masq-agent", "Decides which destinations pods reach without masquerading."),
        ("AWS-SNAT-CHAIN*", "Amazon VPC CNI", "Masquerades what pods send outside the VPC."),
        ("AWS-CONNMARK-CHAIN*", "Amazon VPC CNI", "Marks connections so that replies leave by the right interface."),

        ("ISTIO_INBOUND", "Istio", "Chooses which incoming traffic goes through the sidecar."),
        ("ISTIO_OUTPUT", "Istio", "Chooses which outgoing traffic goes through the sidecar."),
        ("ISTIO_REDIRECT", "Istio", "Redirects outgoing traffic to the sidecar (port 15001)."),
        ("ISTIO_IN_REDIRECT", "Istio", "Redirects incoming traffic to the sidecar (port 15006)."),
        ("ISTIO_*", "Istio", "Sends a pod's traffic through the mesh."),
        ("PROXY_INIT_*", "Linkerd", "Redirects a pod's traffic to the sidecar."),
        ("CONSUL_PROXY_*", "Consul", "Redirects a pod's traffic to the sidecar."),

        ("ts-*", "Tailscale", "Admits and masquerades traffic of the tailnet."),
        ("ufw-user-*", "ufw", "The administrator's rules."),
        ("ufw-before-*", "ufw", "Rules before the administrator's."),
        ("ufw-after-*", "ufw", "Rules after the administrator's."),
        ("ufw*", "ufw", "Part of the host firewall."),
        ("LIBVIRT_*", "libvirt", "Admits and masquerades traffic of virtual machines' networks."),
        ("f2b-*", "fail2ban", "Refuses addresses that were banned."),
        ("fail2ban-*", "fail2ban", "Refuses addresses that were banned."),
        ("nixos-*", "NixOS", "Part of the host firewall."),
        ("NETAVARK*", "Podman", "Publishes containers' ports and masquerades their traffic."),
        ("FIREWALLD_*", "firewalld", "Part of the host firewall."),
        ("INPUT_ZONES*", "firewalld", "Chooses the zone of incoming traffic."),
        ("INPUT_direct", "firewalld", "The administrator's direct rules."),
        ("FORWARD_IN_ZONES*", "firewalld", "Chooses the zone that forwarded traffic comes from."),
        ("FORWARD_OUT_ZONES*", "firewalld", "Chooses the zone that forwarded traffic goes to."),
        ("FORWARD_POLICIES*", "firewalld", "Applies policies between zones."),
        ("FORWARD_direct", "firewalld", "The administrator's direct rules."),
        ("OUTPUT_direct", "firewalld", "The administrator's direct rules."),
        ("OUTPUT_POLICIES*", "firewalld", "Applies policies to what this node sends."),
        ("PREROUTING_ZONES*", "firewalld", "Chooses the zone before routing."),
        ("PREROUTING_POLICIES*", "firewalld", "Applies policies before routing."),
        ("PREROUTING_direct", "firewalld", "The administrator's direct rules."),
        ("POSTROUTING_ZONES*", "firewalld", "Chooses the zone after routing."),
        ("POSTROUTING_POLICIES*", "firewalld", "Applies policies after routing."),
        ("POSTROUTING_direct", "firewalld", "The administrator's direct rules."),
        ("FWDI_*", "firewalld", "One zone's rules for what it forwards in."),
        ("FWDO_*", "firewalld", "One zone's rules for what it forwards out."),
        ("FWD_*", "firewalld", "One zone's rules for what it forwards."),
        ("IN_*", "firewalld", "One zone's rules for what it receives."),
        ("OUT_*", "firewalld", "One zone's rules for what it sends."),
        ("PRE_*", "firewalld", "One zone's rules before routing."),
        ("POST_*", "firewalld", "One zone's rules after routing."),
        ("RH-Firewall-1-INPUT", "system-config-firewall", "Part of the host firewall."),
    ];

    /// <summary>All patterns of names with what they mean, in the order in which they are tried.</summary>
    public static IEnumerable<(string Pattern, ChainOwner Owner)> All => s_all.Select(e => (e.Pattern, new ChainOwner(e.Owner, e.Purpose)));

    /// <summary>Who made the chain; null when its name says nothing.</summary>
    public static ChainOwner? Find(string chain)
    {
        foreach (var (pattern, owner, purpose) in s_all)
        {
            var fits = pattern.EndsWith('*')
                ? chain.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                : chain == pattern;
            if (fits)
            {
                return new ChainOwner(owner, purpose);
            }
        }

        return null;
    }
}

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// The policy that the KL term of an update holds on to (theory.md section 3): the reference policy, the previous one (mirror
/// descent), or both, pi_ref^alpha pi_{n-1}^{1-alpha}.
/// </summary>
public sealed record KlAnchor
{
    private KlAnchor(string name, double alpha) => (Name, Alpha) = (name, alpha);

    /// <summary>alpha = 1: the KL to the reference policy.</summary>
    public static KlAnchor Reference { get; } = new("reference", 1);

    /// <summary>alpha = 0: the KL to the previous policy.</summary>
    public static KlAnchor Previous { get; } = new("previous", 0);

    /// <summary><c>reference</c>, <c>previous</c> or <c>mixed</c>.</summary>
    public string Name { get; }

    /// <summary>Weight of the reference policy, in [0, 1].</summary>
    public double Alpha { get; }

    /// <summary>Two KL terms with weights alpha and 1 - alpha.</summary>
    /// <param name="alpha">Weight of the reference policy, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not strictly between 0 and 1.</exception>
    public static KlAnchor Mixed(double alpha) => alpha is > 0 and < 1
        ? new("mixed", alpha)
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "must lie strictly between 0 and 1");
}

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Something drawn in a panel.</summary>
internal abstract record Mark
{
    /// <summary>Its entry in the legend, markup; null: none. Marks of one name share one entry and, unless told otherwise, one series.</summary>
    public string? Name { get; init; }

    /// <summary>Colour, dash and marker, from 0; after eight they repeat. By default names are numbered as they appear, and no name is 0.</summary>
    public int? Series { get; init; }

    /// <summary>The points it is made of: what an axis must hold, and what is counted if it has no place there.</summary>
    public abstract IEnumerable<(double X, double Y)> Points { get; }

    /// <summary>Whether it is drawn in a series' colour.</summary>
    public virtual bool HasSeries => true;

    protected static IReadOnlyList<double> OfLength(IReadOnlyList<double> values, int length, string name) =>
        values.Count == length ? values : throw new ArgumentException($"{name} has {values.Count} values where {length} belong.", name);
}

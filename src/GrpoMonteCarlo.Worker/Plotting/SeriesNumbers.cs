namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Which of the eight series each mark of a figure is drawn as.</summary>
internal sealed class SeriesNumbers
{
    private readonly Dictionary<string, int> _byName = [];

    public SeriesNumbers(Figure figure)
    {
        foreach (Mark mark in figure.Panels.SelectMany(panel => panel.Marks))
        {
            if (mark is { HasSeries: true, Series: null, Name: { } name })
            {
                _byName.TryAdd(name, _byName.Count);
            }
        }
    }

    public int Of(Mark mark)
    {
        int series = mark.Series ?? (mark.Name is { } name && _byName.TryGetValue(name, out int number) ? number : 0);
        return (int)((uint)series % Stylesheet.SeriesCount);
    }
}

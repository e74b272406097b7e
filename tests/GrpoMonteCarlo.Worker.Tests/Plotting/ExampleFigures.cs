using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Tests.Plotting;

/// <summary>Figures of every kind, with usual data and with data at the edge.</summary>
internal static class ExampleFigures
{
    /// <summary>Each has its own id.</summary>
    public static IEnumerable<Figure> All() =>
    [
        Trajectories("trajectories"),
        Multiples("multiples"),
        Unshared("unshared"),
        Series("series"),
        Decades("decades"),
        Logits("logit"),
        NearOne("near-one"),
        NearOnePanels("near-one-panels"),
        Histogram("histogram"),
        Heat("heat-map", 12, 9),
        Heat("heat-map-1x1", 1, 1),
        Heat("heat-map-100x100", 100, 100),
        new("heat-map-empty", [new Panel(new Axis("x"), new Axis("y"), [new HeatMap([0, 1, 2], [0, 1], [null, double.NaN])])]),
        Diverging("diverging"),
        Map("map"),
        new("bare", [new Panel(new Axis(), new Axis(), [])]),
        One("one-point", new PointSet([3], [0.25])),
        One("one-point-line", new Line([3], [0.25])),
        One("all-equal", new Line([1, 2, 3], [0.7, 0.7, 0.7])),
        One("nearly-equal", new Line([1, 2, 3, 4], [0.3000001, 0.3000003, 0.3000002, 0.3000007])),
        One("adjacent-doubles", new Line([1, 2], [0.7, Math.BitIncrement(0.7)])),
        One("empty-series", new Line([], [])),
        One("nan", new Line([1, 2, 3, 4, 5, 6], [0.1, double.NaN, 0.4, 0.5, double.PositiveInfinity, 0.2])),
        One("all-nan", new Band([double.NaN, 1], [0, double.NaN], [1, 1])),
        One("zero", new Line([0, 0], [0, 0])),
        One("huge", new Line([-1e299, 1e299], [1e-299, 2e-299])),
        Many("hundred-thousand", 100_000),
        LongTexts("long-texts", LegendPlace.Below),
        LongTexts("long-texts-beside", LegendPlace.Right),
        LongTexts("tiny", LegendPlace.Below) with { Width = 40, Height = 30 },
    ];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Iterations(int last) => [.. Enumerable.Range(0, last + 1).Select(n => (double)n)];

    private static double[] Map(double[] values, Func<double, double> value) => [.. values.Select(value)];

    private static Figure One(string id, Mark mark) =>
        new(id, [new Panel(new Axis("iteration *n*"), new Axis("*p*_{*n*}"), [mark with { Name = "mean" }])]);

    private static List<Mark> Curves(double[] n, params double[] speeds)
    {
        var marks = new List<Mark>();
        foreach ((double speed, int i) in speeds.Select((speed, i) => (speed, i)))
        {
            string name = FormattableString.Invariant($"*β* = {1 / speed:0.#}");
            double[] p = Map(n, x => Sigmoid(-2 + (4 * (1 - Math.Exp(-speed * x)))));
            double[] simulated = Map(n, x => Sigmoid(-2 + (4 * (1 - Math.Exp(-speed * x))) + (0.06 * Math.Sin(7 * x))));
            marks.Add(new Band(n, Map(simulated, y => y - (0.05 * y)), Map(simulated, y => y + (0.25 * y * (1 - y)))) { Name = name });
            marks.Add(new Line(n, p) { Name = name });
            marks.Add(new PointSet(n, simulated) { Name = name, Low = Map(simulated, y => y - 0.02), High = Map(simulated, y => y + 0.02) });
        }

        return marks;
    }

    private static Figure Trajectories(string id)
    {
        double[] n = Iterations(20);
        return new Figure(id, [new Panel(new Axis("iteration *n*"), new Axis("success probability *p*_{*n*}") { From = 0, To = 1 },
        [
            .. Curves(n, 0.1, 0.3, 1),
            ReferenceLine.Horizontal(0.12),
            new Annotation(13, 0.12, "*p*_{ref} = 0.12"),
        ])])
        {
            Title = "Success probability over iterations",
            Description = "Means of 2,000 replicates beside the closed form.",
        };
    }

    private static Figure Multiples(string id)
    {
        double[] n = Iterations(20);
        return new Figure(id, [.. Enumerable.Range(0, 6).Select(i => new Panel(
            new Axis("iteration *n*"),
            new Axis("*p*_{*n*}"),
            [.. Curves(n, 0.1 * (i + 1), 0.4), ReferenceLine.Horizontal(0.5)]) { Title = FormattableString.Invariant($"*G* = {2 << i}") })])
        {
            Title = "Every group size",
            SharedX = true,
            SharedY = true,
        };
    }

    private static Figure Unshared(string id) => new(id, [.. Enumerable.Range(1, 5).Select(i => new Panel(
        new Axis("iteration *n*"),
        new Axis("variance of *p*_{*n*}"),
        [new Line(Iterations(10), Map(Iterations(10), n => Math.Pow(10, -2 * i) * n * n)) { Name = "theory" }]) { Title = $"case {i}" })])
    {
        Legend = LegendPlace.Right,
    };

    private static Figure Series(string id) => new(id, [new Panel(new Axis("*x*"), new Axis("*y*"), [.. Enumerable.Range(0, 8).SelectMany(i =>
    {
        double[] x = Iterations(8);
        double[] y = Map(x, at => i + Math.Sin((at / 2) + i));
        return new Mark[] { new Line(x, y) { Name = $"series {i}" }, new PointSet(x, y) { Name = $"series {i}" } };
    })])]);

    private static Figure Decades(string id)
    {
        double[] g = [.. Enumerable.Range(1, 10).Select(i => Math.Pow(2, i))];
        Line error = new(g, Map(g, x => 0.3 / x)) { Name = "|*p*_{*G*} − *p*_{∞}|" };
        PointSet measured = new(g, Map(g, x => 0.31 / x))
        {
            Name = error.Name,
            Low = Map(g, x => (0.31 / x) - 0.002),
            High = Map(g, x => (0.31 / x) + 0.002),
        };
        Panel Of(double last) => new(new Axis("group size *G*", Scale.Log), new Axis("error", Scale.Log), [new Line([2, last], [0.3, 0.3 / last])]);
        return new Figure(
        id,
        [
            new Panel(new Axis("group size *G*", Scale.Log), new Axis("error", Scale.Log), [error, measured]),
            Of(1e12), Of(30), Of(2.5), Of(2 + 1e-12), Of(1e80),
        ]);
    }

    private static Figure Logits(string id)
    {
        double[] p = [.. Enumerable.Range(-14, 29).Select(i => Sigmoid(i))];
        Panel Of(double low, double high) => new(
            new Axis("*p*_{*n*}", Scale.Logit),
            new Axis("*p*_{*n*+1}", Scale.Logit),
            [new Line([low, (low + high) / 2, high], [low, high, low]) { Name = "orbit" }, ReferenceLine.Diagonal()]);
        return new Figure(
        id,
        [
            new Panel(
                new Axis("*p*_{*n*}", Scale.Logit),
                new Axis("*p*_{*n*+1}"),
                [new Line(p, Map(p, x => Math.Sqrt(x))) { Name = "*h*(*p*)" }, ReferenceLine.Diagonal()]),
            Of(0.01, 0.99), Of(0.4, 0.6), Of(0.2, 0.97), Of(1e-15, 1 - 1e-15), Of(0.991, 0.998),
        ]);
    }

    private static double[] JustBelowOne => [1 - 1e-12, 1 - 7e-13, 1 - 3e-13, 1 - 1e-13, 1 - 5e-14];

    private static Figure NearOne(string id) => One(id, new Line([1, 2, 3, 4, 5], JustBelowOne)) with { Title = "Close to 1" };

    private static Figure NearOnePanels(string id) => new(id, [.. new[] { Scale.Linear, Scale.Log, Scale.Logit }.SelectMany(scale => new[]
    {
        new Panel(new Axis("*n*"), new Axis("*p*_{*n*}", scale), [new Line([1, 2, 3, 4, 5], JustBelowOne)]) { Title = scale.ToString() },
        new Panel(new Axis("*p*_{*n*}", scale), new Axis("*n*"), [new Line(JustBelowOne, [1, 2, 3, 4, 5])]) { Title = scale.ToString() },
    })])
    { Columns = 2 };

    private static Figure Histogram(string id)
    {
        double[] edges = [.. Enumerable.Range(0, 41).Select(i => -2 + (0.1 * i))];
        double[] Density(double mean) => [.. edges.SkipLast(1).Select(edge => Math.Exp(-8 * (edge - mean) * (edge - mean)))];
        return new Figure(
        id,
        [
            new Panel(new Axis("logit *p*_{*n*}"), new Axis("density"),
            [
                new Bars(edges, Density(-0.3)) { Name = "*n* = 5" },
                new Bars(edges, Density(0.4)) { Name = "*n* = 20" },
                ReferenceLine.Vertical(0.4) with { Name = "theory" },
            ]),
            new Panel(new Axis("logit *p*_{*n*}"), new Axis("density", Scale.Log), [new Bars(edges, Density(-0.3)) { Name = "*n* = 5" }]),
        ]);
    }

    private static Figure Heat(string id, int columns, int rows)
    {
        double[] beta = [.. Enumerable.Range(0, columns).Select(i => Math.Pow(10, 2.0 * i / Math.Max(columns - 1, 1)))];
        double[] pRef = [.. Enumerable.Range(0, rows).Select(i => Sigmoid(-4 + (8.0 * i / Math.Max(rows - 1, 1))))];
        double?[] values = [.. pRef.SelectMany((p, row) => beta.Select((b, column) =>
            (row + (2 * column)) % 11 == 5 ? (double?)null : Sigmoid(Math.Log(p / (1 - p)) + (2 / b))))];
        return new Figure(
        id,
        [
            new Panel(
                new Axis("KL strength *β*", Scale.Log),
                new Axis("*p*_{ref}", Scale.Logit),
                [
                    new HeatMap(HeatMap.EdgesAround(beta, Scale.Log), HeatMap.EdgesAround(pRef, Scale.Logit), values)
                    {
                        ValueAxis = new Axis("limit *p*^{\\*}"),
                    },
                ]),
        ])
        { Title = "Where the orbit ends" };
    }

    private static Figure Diverging(string id)
    {
        double[] edges = [.. Enumerable.Range(0, 21).Select(i => i / 20.0)];
        double?[] values = [.. Enumerable.Range(0, 400).Select(i => (double?)(1e-7 * (((i % 20) - 6) + (0.5 * (i / 20)))))];
        HeatMap map = new(edges, edges, values) { Colours = ColourMap.Diverging, ValueAxis = new Axis("deviation") };
        return new Figure(
        id,
        [
            new Panel(new Axis("*p*_{0}"), new Axis("*p*_{ref}"), [map]) { Title = "first" },
            new Panel(new Axis("*p*_{0}"), new Axis("*p*_{ref}"),
            [
                map with { Colours = ColourMap.Sequential, ValueAxis = new Axis("size", Scale.Log) },
                new Line([0, 1], [0, 1]) { Name = "*p*_{0} = *p*_{ref}", Series = 0 },
            ]) { Title = "second" },
        ])
        { SharedY = true };
    }

    private static Figure Map(string id)
    {
        double[] p = [.. Enumerable.Range(0, 201).Select(i => i / 200.0)];
        Axis x = new("*p*_{*n*−1}") { From = 0, To = 1 };
        Axis y = new("*p*_{*n*} = *h*(*p*_{*n*−1})") { From = 0, To = 1 };
        return new Figure(id, [new Panel(x, y,
        [
            ReferenceLine.Diagonal() with { Name = "*p*_{*n*} = *p*_{*n*−1}" },
            new Line(p, Map(p, at => 0.3 + (2.4 * at * (1 - at)))) { Name = "*h*, to the range's edge and beyond" },
            new PointSet([0.0, 0.73, 1.0, 2.0], [0.0, 0.77, 1.0, 0.5]) { Name = "fixed points", Series = 5 },
            new Annotation(0.73, 0.77, "*p*^{\\*} = 0.73, locally stable") { Anchor = TextAnchor.Middle },
            new Annotation(1, 0.1, "at the edge"),
        ])])
        { Width = 340, Height = 340 };
    }

    private static Figure Many(string id, int count)
    {
        var random = new System.Random(7);
        double[] x = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        double[] y = Map(x, _ => random.NextDouble());
        return new Figure(
        id,
        [
            new Panel(
                new Axis("replicate"),
                new Axis("*p*"),
                [new Line(x, y), new Band(x, Map(y, v => v + 1), Map(y, v => v + 1.5)), new PointSet(x, Map(y, v => v - 1))]),
        ]);
    }

    private static Figure LongTexts(string id, LegendPlace legend) => new(
    id,
    [
        .. Enumerable.Range(0, 3).Select(i => new Panel(
            new Axis("a label that is a good deal longer than the axis that it belongs to, however wide"),
            new Axis("the same, but for the height: *p*_{*n*} after many iterations of everything, and more"),
            [
                new Line([0, 123456], [-0.001, 0.0012]) { Name = "a name in the legend that needs more than the figure is wide, and goes on" },
                new Line([0, 123456], [0.001, -0.0012]) { Name = "ANUNBREAKABLEWORD" + new string('W', 60) },
                new Annotation(123456, 0.0012, "an annotation that is also too long for the panel that it is in, at its upper corner"),
            ])
        {
            Title = "A title of a panel, on several lines",
        }),
    ])
    {
        Title = "A title that is so long that no figure could hold it on one line, with <markup> & *p*_{*n*}^{2}, 10^{-3} and a p* that is none",
        Legend = legend,
    };
}

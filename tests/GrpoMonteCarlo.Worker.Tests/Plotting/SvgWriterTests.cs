using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Tests.Plotting;

public partial class SvgWriterTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly Dictionary<string, Figure> Figures = ExampleFigures.All().ToDictionary(figure => figure.Id);

    private static readonly Dictionary<string, string> Texts = Figures.ToDictionary(figure => figure.Key, figure => SvgWriter.Write(figure.Value));

    public static TheoryData<string> Ids() => [.. Figures.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_figure_is_well_formed_and_names_itself(string id)
    {
        XElement root = Drawn(id);
        Assert.Equal(Svg + "svg", root.Name);
        Assert.Equal("img", root.Attribute("role")?.Value);
        Assert.NotEqual("", root.Element(Svg + "title")?.Value);
        Assert.Contains("@media (prefers-color-scheme: dark)", root.Element(Svg + "style")?.Value, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_bytes_depend_on_the_figure_only(string id)
    {
        string expected = Texts[id];
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, SvgWriter.Write(Figures[id]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.DoesNotContain('\r', expected);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_numbers_are_plain_and_short(string id)
    {
        XElement root = Drawn(id);
        IEnumerable<XAttribute> numbers = root.DescendantsAndSelf().Attributes()
            .Where(attribute => attribute.Name.LocalName is not ("class" or "id" or "aria-labelledby" or "fill" or "stop-color"));
        Assert.All(numbers, attribute => Assert.DoesNotMatch(BadNumber(), attribute.Value));
        Assert.All(root.Descendants(Svg + "text"), text => Assert.DoesNotMatch("NaN|Infinity|E[+−-]", text.Value));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_texts_are_inside_the_picture_and_apart(string id) => SvgTexts.Check(Drawn(id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_ids_are_its_own_and_every_reference_has_one(string id)
    {
        XElement root = Drawn(id);
        string[] ids = [.. root.Descendants().Attributes("id").Select(attribute => attribute.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, name => Assert.StartsWith($"{id}-", name, StringComparison.Ordinal));
        IEnumerable<string> named = root.Descendants().Attributes()
            .SelectMany(attribute => Reference().Matches(attribute.Value))
            .Select(match => match.Groups[1].Value)
            .Concat(root.Attribute("aria-labelledby")!.Value.Split(' '));
        Assert.All(named, name => Assert.Contains(name, ids));
    }

    [Fact]
    public void What_has_no_place_breaks_lines_and_is_counted()
    {
        var line = new Line([1, 2, 3, 4, 5, 6, 7], [1, 2, 0, 3, 4, double.NaN, double.PositiveInfinity]);
        var figure = new Figure("broken", [new Panel(new Axis("x"), new Axis("y", Scale.Log), [line])]);
        Assert.Equal(3, figure.Omitted);
        XElement root = XDocument.Parse(SvgWriter.Write(figure)).Root!;
        Assert.Equal("3 points have no place on the axes and are not drawn.", root.Element(Svg + "desc")?.Value);
        string path = Path(root, "line s0 d0");
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.Equal(2, path.Count(c => c == 'L'));
    }

    [Fact]
    public void A_long_line_is_thinned_but_keeps_its_lowest_and_highest()
    {
        List<(double X, double Y)> points = [.. Enumerable.Range(0, 100_000).Select(i => (i / 400.0, Math.Sin(i)))];
        points[51_234] = (points[51_234].X, 1000);
        points[51_235] = (points[51_235].X, -1000);
        List<(double X, double Y)> kept = Thinning.ByColumn(points);
        Assert.InRange(kept.Count, 500, 1000);
        Assert.Contains(points[51_234], kept);
        Assert.Contains(points[51_235], kept);
        Assert.Equal(kept.OrderBy(point => point.X), kept);
        foreach (IGrouping<double, (double X, double Y)> column in points.GroupBy(point => Math.Floor(point.X)))
        {
            IEnumerable<double> left = kept.Where(point => Math.Floor(point.X) == column.Key).Select(point => point.Y);
            Assert.Equal((column.Min(point => point.Y), column.Max(point => point.Y)), (left.Min(), left.Max()));
        }

        Assert.InRange(Texts["hundred-thousand"].Length, 10_000, 1_500_000);
    }

    [Fact]
    public void A_name_stands_in_the_legend_once_and_its_marks_share_a_series()
    {
        XElement root = Drawn("multiples");
        string[] names = [.. root.Descendants(Svg + "text")
            .Where(text => text.Attribute("class")?.Value == "legend")
            .Select(text => text.Value.Replace('\u00A0', ' '))];
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("β = 2.5", names);
        Assert.Equal(8, root.Descendants(Svg + "path").Count(path => path.Attribute("class")?.Value == "line s1 d1"));
    }

    [Fact]
    public void Bars_stand_on_the_axis()
    {
        var bars = new Bars([0, 1, 2, 3], [0, 2, 0.001]);
        XElement root = XDocument.Parse(SvgWriter.Write(new Figure("bars", [new Panel(new Axis(), new Axis(), [bars])]))).Root!;
        XElement area = root.Descendants(Svg + "clipPath").First().Element(Svg + "rect")!;
        string foot = (Number(area, "y") + Number(area, "height")).ToString("0.##", CultureInfo.InvariantCulture);
        Assert.StartsWith($"M{area.Attribute("x")!.Value} {foot}V", Path(root, "bar f0"), StringComparison.Ordinal);
        Assert.EndsWith($"V{foot}Z", Path(root, "bar f0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_without_a_value_are_hatched_and_the_others_coloured()
    {
        var map = new HeatMap([0, 1, 2], [0, 1, 2], [0, 1, null, double.NaN]) { ValueAxis = new Axis("v") { From = 0, To = 1 } };
        XElement root = XDocument.Parse(SvgWriter.Write(new Figure("cells", [new Panel(new Axis(), new Axis(), [map])]))).Root!;
        Assert.Equal(["#440154", "#fde725"], CellColours(root));
        Assert.Single(root.Descendants(Svg + "path"), path => path.Attribute("fill")?.Value == "url(#cells-1-hatch)");
    }

    [Fact]
    public void Maps_grow_lighter_all_along() => Assert.All(new[] { ColourMap.Sequential, ColourMap.Diverging }, map =>
    {
        double[] luminance = [.. Enumerable.Range(0, 101).Select(i => Luminance(map.At(i / 100.0)))];
        Assert.All(luminance.Zip(luminance.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    });

    [Fact]
    public void A_diverging_map_has_its_middle_at_0()
    {
        Assert.Equal("#7c7b78", ColourMap.Diverging.At(0.5));
        var map = new HeatMap([0, 1, 2], [0, 1], [0, 3]) { Colours = ColourMap.Diverging };
        XElement root = XDocument.Parse(SvgWriter.Write(new Figure("cells", [new Panel(new Axis(), new Axis(), [map])]))).Root!;
        Assert.Equal([ColourMap.Diverging.At(128 / 255.0), "#fee838"], CellColours(root));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Figure("none", []));
        Assert.Throws<ArgumentException>(() => new Line([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Band([1], [1], []));
        Assert.Throws<ArgumentException>(() => new PointSet([1], [1]) { Low = [] });
        Assert.Throws<ArgumentException>(() => new Bars([1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(() => new HeatMap([0, 1], [0, 1], []));
        Panel Of(Scale scale) => new(new Axis(null, scale), new Axis(), []);
        Assert.Throws<ArgumentException>(() => SvgWriter.Write(new Figure("unlike", [Of(Scale.Linear), Of(Scale.Log)]) { SharedX = true }));
    }

    private static XElement Drawn(string id) => XDocument.Parse(Texts[id], LoadOptions.PreserveWhitespace).Root!;

    private static string[] CellColours(XElement root) => [.. root.Descendants(Svg + "path")
        .Where(path => path.Attribute("class")?.Value == "cells")
        .Select(path => path.Attribute("fill")!.Value)];

    private static string Path(XElement root, string style) =>
        root.Descendants(Svg + "path").First(path => path.Attribute("class")?.Value == style).Attribute("d")!.Value;

    // Of #rrggbb, as a greyscale print weighs the channels.
    private static double Luminance(string colour)
    {
        int rgb = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (0.2126 * (rgb >> 16)) + (0.7152 * (rgb >> 8 & 0xFF)) + (0.0722 * (rgb & 0xFF));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"NaN|Infinity|∞|\d[eE][+-]?\d|\d\.\d{3,}|,")]
    private static partial Regex BadNumber();

    [GeneratedRegex(@"url\(#([^)]+)\)")]
    private static partial Regex Reference();
}

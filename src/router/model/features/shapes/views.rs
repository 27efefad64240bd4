//! What speaks for something in view that no one has called a picture, and for what is asked of pictures.

use super::super::rules::Rule::{Row, Stems, Words};
use super::super::rules::{NEXT, Shape, within};

/// Verbs of seeing and reading, and what asks for it.
const SIGHT: &str =
    "describe | read | identify | transcribe | extract | count | recognise | recognize | spot | look at | see | compare
        | zoom | locate | find | detect | caption | classify | tell | explain | translate | interpret | solve
        | digitise | digitize | analyse | analyze | type out | rate | guess | check | what | which | who | where
        | how many";

const SEEN: &str = "image[s] | img | picture[s] | pic[s] | photo[s] | photograph[s] | screenshot[s] | screen[ ]shot[s]
        | screen[ ]grab[s] | snapshot[s] | scan[s] | diagram[s] | figure | chart[s] | graph | plot[s] | drawing[s]
        | sketch | painting | map | poster | x[-]ray[s] | meme | receipt | slide | whiteboard | handwriting | label
        | menu | heat map | histogram | scatter plot";

pub(super) const SEE_PICTURE: Shape =
    Shape { name: "a request to look at a picture", rules: &[Row(SIGHT, &[(within(40), SEEN)])] };

pub(super) const SEE_PICTURE_ELSEWHERE: Shape = Shape {
    name: "a request to look at a picture, in another language",
    rules: &[
        Row(
            "опиш* | прочита* | прочти* | распозна* | посчита* | перепиш* | найд* | сравн* | что | какой | какая
                | какое | какие | сколько | кто | где",
            &[(
                within(40),
                "фото* | картинк* | скрин* | снимк* | снимок | изображен* | рисунк* | рисунок | график* | скан*
                        | диаграмм* | схем*",
            )],
        ),
        Row(
            "beschreib* | lies | erkenn* | zähl* | was | wer | wo | welche* | wie viele | transkribier* | vergleich*
                | übersetz*",
            &[(within(40), "bild* | foto* | screenshot* | scan* | abbildung* | grafik* | diagramm* | aufnahme*")],
        ),
        Row(
            "describe | lee | léeme | identifica | transcribe | extrae | cuenta | cuánt* | qué | cuál* | compara
                | leia | descreva | descreve | identifique | o que | quant* | leggi | descrivi | cosa | quale | lis
                | décris | combien | que | quel* | qu'est* | qui",
            &[(
                within(40),
                "imagen* | foto* | captura* | imagem | imagens | immagine | photo* | image* | capture* | figura
                        | gráfic* | graphique | grafico",
            )],
        ),
        Row(
            "opis* | przepisz | odczytaj | co | ile | który | która | beschrijf | lees | wat | hoeveel | welke
                | beskriv | läs | vad | oku | kaç | hangi | apa | berapa | baca",
            &[(
                within(40),
                "zdjęci* | obrazk* | zrzu* | skan* | wykres* | foto* | afbeelding* | grafiek | bild* | resim*
                        | görsel* | fotoğraf* | gambar* | grafik*",
            )],
        ),
    ],
};

pub(super) const CHART: Shape = Shape {
    name: "words for charts",
    rules: &[
        Words(
            "axis | axes | x[-]axis | y[-]axis | bar chart[s] | bar graph | bars | tallest bar | highest bar
                | line graph | line chart | pie chart | histogram[s] | scatter[ ]plot[s] | scatter | box[ ]plot[s]
                | heat[ ]map[s] | legend | trend | trends | trend line | subplot[s] | panel[s] | peak[s] | curve[s]
                | data point[s] | outlier[s] | gridline[s] | dashed line | dotted line | solid line
                | according to the chart | according to the graph | according to the table | the chart show[s]
                | the graph show[s] | slice | wedge | quadrant | percentage shown | gauge | dial | tick mark[s]
                | two lines | intersect",
        ),
        Row(
            "red | blue | green | yellow | orange | purple | black | grey | gray | brown | pink",
            &[(
                NEXT,
                "line | bar | bars | curve | dot | dots | area | slice | segment | point | points | arrow | box
                        | wire | cell[s] | region",
            )],
        ),
    ],
};

pub(super) const CHART_ELSEWHERE: Shape = Shape {
    name: "words for charts, in another language",
    rules: &[
        Words(
            "eje | ejes | curva | curvas | barra | barras | leyenda | axes | courbe | courbes | légende | barres
                | assi | oś | osi | słup* | krzyw* | staaf | staven | оси | ось | столб* | крив*",
        ),
        Stems(
            "折线 | 柱状 | 饼图 | 横轴 | 纵轴 | 坐标 | 图例 | 曲线 | 直方图 | 散点 | 箱线图 | 峰值 | 趋势图 | グラフ
                | 横軸 | 縦軸 | 凡例 | 折れ線 | 棒グラフ | 그래프 | 막대 | 가로축 | 세로축 | 범례 | 곡선 | график
                | диаграмм | легенд | gráfico | gráfica | graphique | diagramm | balken | kurve | achse | grafico
                | grafiek | wykres | sütun | eğri | eksen | biểu đồ | trục | ग्राफ | रेखा | الرسم البياني | المنحنى
                | גרף | γράφημα",
        ),
    ],
};

pub(super) const IN_VIEW_ELSEWHERE: Shape = Shape {
    name: "words for what is in view, in another language",
    rules: &[
        Words("seta | solda"),
        Stems(
            "穿 | 戴着 | 手里 | 左边 | 右边 | 左侧 | 右侧 | 左下 | 右下 | 左上 | 右上 | 背景 | 中间的 | 标记 | 标注
                | 箭头 | 指针 | 颜色 | 写着 | 左側 | 右側 | 左の | 右の | 写って | 着ている | 矢印 | 왼쪽 | 오른쪽
                | 배경 | 입은 | 들고 있 | 화살표 | 보이는 | слева | справа | на заднем плане | в красн | в син
                | держит | одет | стрелк | отмечен | видно | im hintergrund | links oben | rechts oben | links unten
                | rechts unten | abgebildet | zu sehen | markiert | a la izquierda | a la derecha | al fondo
                | lleva puesto | flecha | à gauche | à droite | en arrière-plan | flèche | porte un | à esquerda
                | à direita | ao fundo | a sinistra | a destra | sullo sfondo | freccia | po lewej | po prawej
                | w tle | strzałk | sağda | arka plan | bên trái | bên phải | di kiri | di kanan | sebelah | बाएँ
                | दाएँ | على اليسار | على اليمين",
        ),
    ],
};

pub(super) const ONE_OF_SEVERAL: Shape = Shape {
    name: "which one of several in view",
    rules: &[
        Row(
            "which | what | who | how many",
            &[(
                within(40),
                "left one | right one | the left | the right | the top | the bottom | in front | in the middle
                        | in the corner | highlighted | circled | marked | labelled | labeled | shaded | arrow[s]
                        | points to | pointing | says | written | wearing | facing | shows",
            )],
        ),
        Words(
            "what colo[u]r | what brand | what breed | what species | what kind of | which logo | which button
                | which wire | which switch | which one | make out | can you see | do you see | look like
                | looks like | resemble[s] | is this a | is this an | is this the | what is this | what's this
                | what are these",
        ),
    ],
};
